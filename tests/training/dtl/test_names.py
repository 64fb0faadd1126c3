from tests.training.dtl.drawn import data, layer, project, random_part, run, save, source


def names(one, *layers, **more) -> list[str]:
    return [sample.name for sample in run([one], data(), *layers, **more)]


def test_the_first_untouched_copy_keeps_the_bare_name():
    found = names(source("DJI_0042.JPG"), layer("multiply", "$in", "$m", multiply=50), save("$m"))
    assert len(found) == len(set(found)) == 50
    assert found[0] == "DJI_0042.JPG"
    assert found[1:3] == ["DJI_0042__c002.JPG", "DJI_0042__c003.JPG"]


def test_a_crop_never_has_the_name_of_its_photo():
    crop = layer("crop", "$in", "$c", sides={"left": "5px"})
    assert names(source("a.png"), crop, save("$c")) == ["a__crop.png"]


def test_names_say_what_was_done_in_its_order():
    found = names(
        source("a.jpg"),
        layer("multiply", "$in", "$m", multiply=2),
        layer("crop", "$m", "$c", random_part=random_part(50, 60)),
        layer("flip", "$c", "$f", axis="vertical"),
        layer("flip", "$f", "$g", axis="horizontal"),
        layer("resize", "$g", "$r", width=8, height=6, aspect_ratio={"keep": False}),
        save(["$c", "$f", "$r"]),
    )
    assert sorted(found) == [
        "a__c001.jpg",
        "a__c001_flipX.jpg",
        "a__c001_flipX_flipY_8x6.jpg",
        "a__c002.jpg",
        "a__c002_flipX.jpg",
        "a__c002_flipX_flipY_8x6.jpg",
    ]


def test_numbers_of_copies_are_as_wide_as_the_largest():
    found = names(source("a.jpg"), layer("multiply", "$in", "$m", multiply=1200), save("$m"))
    assert found[-1] == "a__c1200.jpg"
    assert found[1] == "a__c0002.jpg"


def test_equal_names_get_a_number():
    crop = layer("crop", "$in", "$c", sides={"left": "5px"})
    again = layer("crop", "$in", "$d", sides={"left": "9px"})
    assert names(source("a.jpg"), crop, again, save(["$c", "$d"])) == ["a__crop.jpg", "a__crop_2.jpg"]


def test_names_that_differ_in_case_only_are_equal():
    found = run([source("a.jpg"), source("A.JPG")], data(), save("$in"))
    assert [sample.name for sample in found] == ["a.jpg", "A_2.JPG"]


def test_one_name_may_occur_in_two_datasets():
    found = run(
        [source("a.jpg", dataset="d1"), source("a.jpg", dataset="d2")],
        data(),
        save("$in"),
        projects=[project(datasets=["d1", "d2"])],
    )
    assert [(sample.dataset, sample.name) for sample in found] == [("d1", "a.jpg"), ("d2", "a.jpg")]


def test_a_name_never_grows_beyond_what_an_image_may_have():
    (found,) = names(source("x" * 295 + ".jpg"), layer("flip", "$in", "$f", axis="vertical"), save("$f"))
    assert len(found) <= 300
    assert found.endswith("__flipX.jpg")
