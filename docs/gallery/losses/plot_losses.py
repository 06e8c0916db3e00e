"""
Losses
======

The same fit with other losses. The mean square follows brightness, the mean absolute error ignores few wrong pixels,
and SSIM keeps texture. Sums are losses too.
"""

import matplotlib.pyplot as plt

import sdfraster as sr

losses = ("mse", "mae", "mse + 0.2*ssim")
figure, axes = plt.subplots(1, 3, figsize=(12, 3), layout="constrained")
for ax, loss in zip(axes, losses, strict=True):
    result = sr.fit("sample:chelsea", kind="ellipse", count=64, iterations=120, loss=loss)
    ax.imshow(result.image.clip(0, 1))
    ax.set_title(f"{loss}: {result.psnr:.1f} dB")
    ax.axis("off")
plt.show()
