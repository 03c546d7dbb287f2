"""Asserts what ISO/IEC 39794-5 and its ICAO profile ask of DG2, with a schema in asn1crypto and the image in Pillow.

Usage: face_image.py FOLDER [--dg2 FILE]. Ends with code 1 and the reason at the first fault.
"""

import argparse
import io
import pathlib

from asn1crypto import core
from PIL import Image

from icao import biometric_block, check_sod, only, require


class Code(core.Choice):
    """`code [0]`; the extension block of every such choice is for what the base standard has no code for."""

    _alternatives = [("code", core.Integer, {"implicit": 0}), ("extension", core.Sequence, {"implicit": 1})]


class Version(core.Sequence):
    _fields = [("generation", core.Integer, {"implicit": 0}), ("year", core.Integer, {"implicit": 1})]


class Size(core.Sequence):
    _fields = [("width", core.Integer, {"implicit": 0}), ("height", core.Integer, {"implicit": 1})]


class Information(core.Sequence):
    _fields = [
        ("format", Code, {"explicit": 0}),
        ("kind", Code, {"explicit": 1, "optional": True}),
        ("processing", core.Sequence, {"implicit": 2, "optional": True}),
        ("lossy", Code, {"explicit": 3, "optional": True}),
        ("distance", core.Integer, {"implicit": 4, "optional": True}),
        ("sensor", core.Integer, {"implicit": 5, "optional": True}),
        ("focal_length", core.Integer, {"implicit": 6, "optional": True}),
        ("size", Size, {"implicit": 7, "optional": True}),
        ("measurements", core.Sequence, {"implicit": 8, "optional": True}),
        ("colours", Code, {"explicit": 9, "optional": True}),
        ("mapping", core.Sequence, {"implicit": 10, "optional": True}),
    ]


class TwoDimensions(core.Sequence):
    _fields = [
        ("data", core.OctetString, {"implicit": 0}),
        ("information", Information, {"implicit": 1}),
        ("device", core.Sequence, {"implicit": 2, "optional": True}),
    ]


class Base(core.Choice):
    _alternatives = [("two_dimensions", TwoDimensions, {"implicit": 0})]


class Image2D(core.Choice):
    _alternatives = [("base", Base, {"explicit": 0}), ("extension", core.Sequence, {"implicit": 1})]


class Representation(core.Sequence):
    _fields = [
        ("id", core.Integer, {"implicit": 0}),
        ("image", Image2D, {"explicit": 1}),
        ("captured", core.Sequence, {"implicit": 2, "optional": True}),
        ("qualities", core.Sequence, {"implicit": 3, "optional": True}),
        ("attacks", core.Sequence, {"implicit": 4, "optional": True}),
        ("session", core.Integer, {"implicit": 5, "optional": True}),
        ("derived", core.Integer, {"implicit": 6, "optional": True}),
        ("device", core.Sequence, {"implicit": 7, "optional": True}),
        ("identity", core.Sequence, {"implicit": 8, "optional": True}),
        ("landmarks", core.Sequence, {"implicit": 9, "optional": True}),
    ]


class Representations(core.SequenceOf):
    _child_spec = Representation


class FaceImageDataBlock(core.Sequence):
    class_ = 1
    tag = 5
    _fields = [("version", Version, {"implicit": 0}), ("representations", Representations, {"implicit": 1})]


def check_face_image(octets, portrait):
    der = only(biometric_block(octets, 0x002A, 0x7F2E), 0xA1)
    block = FaceImageDataBlock.load(der, strict=True)
    require(block.dump(force=True) == der, "the block is DER")
    require(block["version"].native == {"generation": 3, "year": 2019}, "the version of 2019")
    require(len(block["representations"]) == 1, "one representation")
    two = block["representations"][0]["image"].chosen.chosen
    information = two["information"]
    code = lambda name: information[name].chosen.native
    image = Image.open(io.BytesIO(two["data"].native))
    image.load()
    require((code("format"), image.format) == (2, "JPEG"), "the format is that of the image")
    require(code("kind") == 0, "an image for travel documents")
    size = (information["size"]["width"].native, information["size"]["height"].native)
    require(size == image.size, "the size is that of the image")
    require(code("colours") == {"RGB": 2, "L": 5}[image.mode], "the colour space is that of the image")
    require(two["data"].native == portrait, "the image is the portrait")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--dg2", default="face_image_dg2.bin")
    options = parser.parse_args()
    read = lambda name: (options.folder / name).read_bytes()
    check_face_image(read(options.dg2), read("portrait.jpg"))
    groups = {1: read("dg1.bin"), 2: read("face_image_dg2.bin"), 11: read("dg11.bin")}
    check_sod(read("face_image_sod.bin"), read("ds.der"), groups)
    print("accepted")


if __name__ == "__main__":
    main()
