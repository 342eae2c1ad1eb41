"""The pages of the whitelist: its entries, and what guards their list."""
