"""What was understood of a sentence, said in English for models that read nothing else."""

from __future__ import annotations

from collections.abc import Mapping

PERSON = {"female": "woman", "male": "man", "": "person"}
YOUNG = {"female": "girl", "male": "boy", "": "child"}

PLURALS = {
    **{"woman": "women", "man": "men", "person": "people"},
    **{"girl": "girls", "boy": "boys", "child": "children"},
}

FORMS = {
    "action": "{}",
    "phase": "{} phase",
    "venue": "{}",
    "light": "{} light",
    "top_colour": "{} top",
    "bottom_colour": "{} legwear",
    "shoe_colour": "{} shoes",
    "skin": "{} skin",
    "hair": "{} hair",
    "hair_colour": "{} hair",
    "headwear": "{}",
    "top": "{}",
    "bottom": "{}",
    "handed": "{}-handed",
    "view": "{} view",
    "camera_height": "{} camera",
    "framing": "{} shot",
    "style": "{}",
}
"""Attribute → how it is said, in this order."""

INSTEAD = {
    ("hair", "bald"): "bald",
    ("hair", "ponytail"): "ponytail",
    ("hair", "bun"): "hair in a bun",
    ("headwear", "none"): "",
    ("top", "bare"): "bare chest",
    ("shoe_colour", "barefoot"): "barefoot",
    ("camera_height", "eye"): "eye level",
    ("framing", "full"): "full body",
    ("style", "shaded"): "",
    ("style", "line_art"): "line drawing",
}

PAIRS = (("top_colour", "top"), ("bottom_colour", "bottom"))
"""Colour and garment that are one thing."""


def in_english(attributes: Mapping[str, str]) -> str:
    """Attributes as keywords: ``woman, basketball shot, release phase, red tank top, side view``.

    ``attributes`` : attribute → value, by the names of the vocabulary; "" for none.
    """
    left = dict(attributes)
    parts = [_who(left)]
    for colour, garment in PAIRS:
        if colour in left and left.get(garment, "bare") != "bare":
            left[garment] = f"{left.pop(colour)}_{left[garment]}"
    for name, form in FORMS.items():
        if name in left:
            value = left[name]
            plain = value.rpartition("/")[2].replace("_", " ")
            parts.append(INSTEAD.get((name, value), form.format(plain)))
    return ", ".join(part for part in parts if part)


def _who(attributes: Mapping[str, str]) -> str:
    """Who is seen, as far as it is stated."""
    named = {"sex", "age", "build", "people"} & attributes.keys()
    if not named:
        return ""
    age, sex = attributes.get("age", ""), attributes.get("sex", "")
    noun = YOUNG[sex] if age == "child" else PERSON[sex]
    many = attributes.get("people", "one")
    kind = [attributes.get("build", ""), "older" if age == "senior" else ""]
    words = ["" if many == "one" else many, *kind, noun if many == "one" else PLURALS[noun]]
    return " ".join(word for word in words if word)
