"""«Why are these together?»: `desk` asks, `dialog` answers, `pair` shows two photos with what agrees in them."""
