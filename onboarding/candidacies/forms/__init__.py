"""Forms of candidacies, by what they fill: the blocks, the acts."""
