"""One module per page; a page asks, calls one service, and shows what came back."""
