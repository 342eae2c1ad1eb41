"""Index of the models of `policy`'s slices."""

__all__: list[str] = []
