"""Networks in onnxruntime, their matrices in int8: what both embedded encoders are run by."""
