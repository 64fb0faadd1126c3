"""Who may import whom. A failure says what to do instead."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ["studio", "annotator", "training", "inference"]  # each may import those before it
CORES = [
    "annotator/raster",
    "annotator/formats",
    "annotator/scenes",
    "training/dtl",
    "training/unet",
    "inference/tiling",
]
STEPS = ["urls", "views", "serializers", "services", "tasks", "jobs", "models"]  # each may import those after it
FRAMEWORKS = {"django", "rest_framework", "channels", "celery", "studio"}
# Know no framework themselves.
PURE_FILES = ["studio/sayings.py", "studio/faults.py"]
PURE = {
    "studio.sayings",
    "studio.sayings.Saying",
    "studio.faults",
    "studio.faults.fault",
    "studio.faults.no_such_setting",
}
ADVICE = {
    "core": "is a pure core and may not import {0}: pass plain values in",
    "upwards": "may not import {0}, which lies above it: move the shared part down, or let {0} call you",
    "step": "may not import {0}: the chain goes urls, views, serializers, services, tasks, jobs, models",
    "torch": "is loaded by the web process and may not import {0}: do it in jobs, inside the worker",
    "channels": "may not import {0}: only bell.py and consumers.py know Channels; ring the bell instead",
    "sister": "may not import {0}: dtl, unet and tiling do not know each other",
}


def imports(path: Path, top_only: bool = False) -> set[str]:
    """Dotted names a file imports; with top_only, those it imports when it is itself imported."""
    tree = ast.parse(path.read_text())
    nodes = tree.body if top_only else ast.walk(tree)
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def files(*roots: str) -> list[Path]:
    found = []
    for root in roots:
        path = ROOT / root
        found += [path] if path.is_file() else sorted(path.rglob("*.py"))
    return [path for path in found if "migrations" not in path.parts]


def complaints(kind: str, path: Path, names: set[str]) -> list[str]:
    return [f"{path.relative_to(ROOT)} {ADVICE[kind].format(name)}" for name in sorted(names)]


def test_pure_cores_know_no_framework():
    found = []
    for path in files(*CORES, *PURE_FILES):
        found += complaints("core", path, {n for n in imports(path) - PURE if n.split(".")[0] in FRAMEWORKS})
    assert not found, "\n".join(found)


def test_apps_import_only_downwards():
    found = []
    for position, app in enumerate(APPS):
        above = set(APPS[position + 1 :])
        for path in files(app):
            if app == "studio" and path.name in ("settings.py", "urls.py"):
                continue  # the wiring names everybody
            found += complaints("upwards", path, {n for n in imports(path) if n.split(".")[0] in above})
    assert not found, "\n".join(found)


def test_inside_an_app_imports_follow_the_chain():
    found = []
    for app in APPS[1:]:
        for path in files(app):
            step = path.relative_to(ROOT / app).parts[0].removesuffix(".py")
            if step not in STEPS:
                continue
            before = {f"{app}.{earlier}" for earlier in STEPS[: STEPS.index(step)]}
            # jobs bring rows and core together and may call the services that write rows; nobody else looks back.
            if step == "jobs":
                before -= {f"{app}.services"}
            names = {name for name in imports(path) if any(name == b or name.startswith(b + ".") for b in before)}
            found += complaints("step", path, names)
    assert not found, "\n".join(found)


def test_only_the_bell_and_the_sockets_know_channels():
    found = []
    for path in files(*APPS):
        if path.name not in ("bell.py", "consumers.py", "asgi.py"):
            found += complaints("channels", path, {n for n in imports(path) if n.split(".")[0] == "channels"})
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("core", "others"), [("dtl", ["unet"]), ("unet", ["dtl"])])
def test_sister_cores_do_not_know_each_other(core, others):
    found = []
    for path in files(f"training/{core}"):
        foreign = {n for n in imports(path) if any(n.startswith(f"training.{o}") for o in others) or "tiling" in n}
        found += complaints("sister", path, foreign)
    assert not found, "\n".join(found)


def test_the_web_process_loads_no_torch():
    code = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'studio.settings';"
        "import studio.asgi; from django.urls import get_resolver; get_resolver().url_patterns;"
        "sys.exit('torch' in sys.modules)"
    )
    import subprocess
    import sys

    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0, ADVICE["torch"].format("torch")
