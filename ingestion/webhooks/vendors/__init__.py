"""The vendors' doors: each vendor's own payload and signature, stored whole and answered 2xx once authenticated."""
