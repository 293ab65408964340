"""What `make bench` measures. Every figure stands beside another one of the same run; docs/performance.md explains them."""
