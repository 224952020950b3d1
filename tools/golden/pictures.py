# SPDX-License-Identifier: Apache-2.0
"""JPEG and WebP files of kinds that other programs write, and what Pillow reads from them as PNG:
python tools/golden/pictures.py tests/golden/pictures
"""
import pathlib
import struct
import sys

from PIL import Image, ImageOps

out = pathlib.Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
RECIPE = "a caf\u00e9 by the \u5c71\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 24x16"


def scene(mode="RGB"):
    """24x16: smooth colours, so that JPEG keeps them, and no symmetry, so that turning shows."""
    image = Image.new("RGB", (24, 16))
    for y in range(16):
        for x in range(24):
            image.putpixel((x, y), (x * 10, y * 15, 200 if x < 8 and y < 8 else 60))
    return image.convert(mode)


def user_comment(code, text):
    """EXIF with one tag, UserComment, in its own directory, as piexif writes it for A1111: big endian."""
    value = code + text
    directory = struct.pack(">HHHII", 1, 0x9286, 7, len(value), 44) + struct.pack(">I", 0) + value
    return b"Exif\0\0MM\0\x2a" + struct.pack(">IHHHIII", 8, 1, 0x8769, 4, 1, 26, 0) + directory


def save(name, image, **options):
    image.save(out / name, **options)


def save_with_pixels(name, image, **options):
    save(name, image, **options)
    read = Image.open(out / name)
    mode = read.mode if read.mode in ("L", "RGBA") else "RGB"
    ImageOps.exif_transpose(read).convert(mode).save((out / name).with_suffix(".png"), optimize=True)


turned = Image.Exif()
turned[0x0112] = 6
comfy = Image.Exif()
comfy[0x010f] = "workflow:{\"nodes\": []}"
comfy[0x0110] = "prompt:{\"3\": {}}"
fooocus = Image.Exif()                                   # texts of the second directory in the first, as Fooocus leaves them
fooocus[0x9286] = "{\"prompt\": \"a lake\"}"
fooocus[0x0131] = "Fooocus v2.5.5"
fooocus[0x927c] = "fooocus"

transparent = scene("RGBA")
transparent.putalpha(Image.linear_gradient("L").resize((24, 16)))
save_with_pixels("baseline.jpg", scene(), quality=90)
save_with_pixels("progressive.jpg", scene(), quality=90, progressive=True)
save_with_pixels("grey.jpg", scene("L"), quality=90)
save_with_pixels("cmyk.jpg", scene("CMYK"), quality=95)
save_with_pixels("turned.jpg", scene(), quality=90, exif=turned)
save("unicode.jpg", scene(), quality=60, exif=user_comment(b"UNICODE\0", RECIPE.encode("utf-16-be")))
save("ascii.jpg", scene(), quality=60, exif=user_comment(b"ASCII\0\0\0", b"a lake"), comment=b"hello")
save("fooocus.jpg", scene(), quality=60, exif=fooocus)
save_with_pixels("lossless.webp", transparent, lossless=True, exact=True)
save_with_pixels("lossy.webp", transparent, quality=80)
save("unicode.webp", scene(), quality=60, exif=user_comment(b"UNICODE\0", RECIPE.encode("utf-16-be")))
save_with_pixels("animated.webp", scene(), lossless=True, save_all=True, append_images=[scene().rotate(180)], exif=comfy)
