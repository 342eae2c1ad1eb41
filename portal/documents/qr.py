"""The square code that leads from the paper to its public verification."""

import segno


def svg_uri(address: str) -> str:
    """An SVG image of `address`, as a ``data:`` URI; medium error correction, readable after a photocopy."""
    uri: str = segno.make(address, error="m", micro=False).svg_data_uri(scale=3, border=2, dark="#000", light="#fff")
    return uri
