"""Photos as a camera makes them, without a library: JPEG files whose blocks are drawn by lot."""

import random
import struct

BLOCKS = 512
# The tables that ITU-T T.81 proposes for brightness in annex K, used for all three components.
QUANTIZATION = bytes([8] * 64)
DC_COUNTS = bytes([0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0])
DC_VALUES = bytes(range(12))
# Few codes are enough: end of block, and one to three bits without a run before them.
AC_COUNTS = bytes([0, 2, 1, 2] + [0] * 12)
AC_VALUES = bytes([0x01, 0x02, 0x00, 0x03, 0x11])


def codes(counts, values):
    """The bits of each value, as a Huffman table gives them (T.81, annex C)."""
    found, code, left = {}, 0, iter(values)
    for length, count in enumerate(counts, 1):
        for _ in range(count):
            found[next(left)] = f"{code:0{length}b}"
            code += 1
        code <<= 1
    return found


def signed(value):
    """The category of a coefficient and its bits (T.81, table F.1)."""
    size = abs(value).bit_length()
    return size, f"{value if value > 0 else value + (1 << size) - 1:0{size}b}" if size else ""


def block(chance, difference, dc, ac):
    size, bits = signed(difference)
    parts = [dc[size], bits]
    for _ in range(chance.randint(2, 12)):
        size, bits = signed(chance.choice([-5, -3, -2, -1, 1, 2, 3, 5]))
        parts += [ac[size], bits]
    return "".join([*parts, ac[0]])


def segment(marker, content):
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def photo(width=4000, height=3000, seed=1):
    """A colour JPEG of this size, its colours at half the resolution."""
    chance, dc, ac = random.Random(seed), codes(DC_COUNTS, DC_VALUES), codes(AC_COUNTS, AC_VALUES)
    differences = [-40, -9, -2, 0, 2, 9, 40]
    # Each block is paired with its opposite, so that the average brightness stays in the middle.
    pairs = [[block(chance, sign * by, dc, ac) for sign in (1, -1)] for by in chance.choices(differences, k=BLOCKS)]
    units = -(-width // 16) * -(-height // 16)
    bits = "".join("".join(chance.choice(pairs)[part % 2] for part in range(2) for _ in range(3)) for _ in range(units))
    bits += "1" * (-len(bits) % 8)
    scan = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")
    components = bytes([1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0])
    return b"".join(
        [
            b"\xff\xd8",
            segment(0xDB, b"\0" + QUANTIZATION),
            segment(0xC0, struct.pack(">BHHB", 8, height, width, 3) + components),
            segment(0xC4, b"\x00" + DC_COUNTS + DC_VALUES),
            segment(0xC4, b"\x10" + AC_COUNTS + AC_VALUES),
            segment(0xDA, bytes([3, 1, 0, 2, 0, 3, 0, 0, 63, 0])),
            scan,
            b"\xff\xd9",
        ]
    )
