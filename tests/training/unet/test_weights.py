"""Starting weights: taken from a file made here, refused when they are something else."""

import hashlib
import http.server
import threading

import pytest
import torch
from safetensors.torch import save_file

from tests.training.unet.drawn import one_thread
from training.unet.net import UNetV2
from training.unet.vision import vgg
from training.unet.weights import WeightsRefused, convert, encoder_shapes, fetch, origin_of, read_encoder, start_encoder

one_thread()


@pytest.fixture(scope="module")
def public() -> dict[str, torch.Tensor]:
    """Weights as torchvision's file has them: an encoder, and a classifier nobody wants (here a small one)."""
    encoder = vgg.make_layers(vgg.cfgs["D"], batch_norm=True)
    named = {f"features.{name}": value for name, value in encoder.state_dict().items()}
    return named | {"classifier.0.weight": torch.zeros(4, 4)}


@pytest.fixture(scope="module")
def converted(public, tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")
    torch.save(public, folder / "vgg.pth")
    return convert(folder / "vgg.pth", folder, "an upload")


def test_the_names_wanted_are_torchvisions(public):
    assert set(encoder_shapes()) == set(public) - {"classifier.0.weight"}


def test_a_pth_file_is_converted_once_and_only_its_encoder_is_kept(public, converted):
    encoder = read_encoder(converted)

    assert set(encoder) == set(encoder_shapes())
    assert torch.equal(encoder["features.0.weight"], public["features.0.weight"])
    assert origin_of(converted)["origin"] == "an upload"


def test_safetensors_and_wrapped_names_are_understood(public, tmp_path):
    wrapped = {f"module.{name}": value for name, value in public.items() if "num_batches" not in name}
    save_file(wrapped, tmp_path / "a.safetensors")

    assert set(read_encoder(convert(tmp_path / "a.safetensors", tmp_path / "b", "x"))) == set(encoder_shapes())


def test_the_full_network_starts_with_exactly_these_weights(public, converted):
    net = UNetV2(2)

    start_encoder(net, read_encoder(converted))

    assert torch.equal(net.features[40].weight, public["features.40.weight"])


def test_the_quarter_starts_with_the_strongest_filters_chained(public, converted):
    net = UNetV2(2, 0.25)

    start_encoder(net, read_encoder(converted))

    first, second = public["features.0.weight"], public["features.3.weight"]
    strongest = first.abs().sum((1, 2, 3)).argsort(descending=True)[:16].sort().values
    assert torch.equal(net.features[0].weight, first[strongest])
    narrowed = second[:, strongest]
    kept = narrowed.abs().sum((1, 2, 3)).argsort(descending=True)[:16].sort().values
    assert torch.equal(net.features[3].weight, narrowed[kept])
    assert torch.equal(net.features[4].weight, public["features.4.weight"][kept])


def test_another_network_is_refused_by_what_it_lacks(tmp_path):
    torch.save({"conv1.weight": torch.zeros(1)}, tmp_path / "resnet.pth")

    with pytest.raises(WeightsRefused, match=r"not a VGG16 with batch normalisation: it has no features\.0\.weight"):
        convert(tmp_path / "resnet.pth", tmp_path, "x")


def test_a_wrong_shape_is_refused(public, tmp_path):
    torch.save(public | {"features.0.weight": torch.zeros(1, 3, 3, 3)}, tmp_path / "odd.pth")

    with pytest.raises(WeightsRefused, match=r"features\.0\.weight has the shape \(1, 3, 3, 3\)"):
        convert(tmp_path / "odd.pth", tmp_path, "x")


class Evil:
    def __reduce__(self):
        return (open, ("/tmp/never-written", "w"))


def test_a_file_that_wants_to_run_code_is_refused(tmp_path):
    torch.save({"features.0.weight": Evil()}, tmp_path / "evil.pth")
    (tmp_path / "text.pth").write_text("hello")

    for name in ("evil.pth", "text.pth"):
        with pytest.raises(WeightsRefused, match="not a file of plain weights"):
            convert(tmp_path / name, tmp_path, "x")


@pytest.fixture
def server():
    """A web server with one answer; yields (address, its bytes)."""
    body = bytes(range(256)) * 5000

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{httpd.server_port}", body
        httpd.shutdown()


def test_a_download_tells_its_progress_and_checks_the_sum_in_its_name(server, tmp_path):
    address, body = server
    name = f"vgg-{hashlib.sha256(body).hexdigest()[:8]}.pth"

    told = list(fetch(tmp_path / "x.pth", f"{address}/{name}"))

    assert (tmp_path / "x.pth").read_bytes() == body
    assert told[-1].received == told[-1].total == len(body)


def test_a_damaged_download_leaves_nothing(server, tmp_path):
    with pytest.raises(WeightsRefused, match="its checksum is not 00000000"):
        list(fetch(tmp_path / "x.pth", f"{server[0]}/vgg-00000000.pth"))

    assert list(tmp_path.iterdir()) == []


def test_without_network_the_address_is_named(tmp_path):
    with pytest.raises(WeightsRefused, match=r"http://127\.0\.0\.1:9/vgg-00000000\.pth cannot be downloaded"):
        list(fetch(tmp_path / "x.pth", "http://127.0.0.1:9/vgg-00000000.pth"))
