"""Index of the models of `onboarding`'s slices."""

__all__: list[str] = []
