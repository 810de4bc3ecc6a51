"""The product read by clients that nobody here wrote: each does its real job. `make clients` gets and runs them."""
