"""
Regularisers
============

Terms that are added to the loss for the sake of the shapes. Here overlap is dear, so that shapes lie beside each other.
"""

import matplotlib.pyplot as plt

import sdfraster as sr

figure, axes = plt.subplots(1, 2, figsize=(10, 3.5), layout="constrained")
for ax, regularizers in zip(axes, ({}, {"overlap": 0.02}), strict=True):
    result = sr.fit("sample:chelsea", kind="circle", count=80, iterations=120, regularizers=regularizers)
    ax.imshow(result.image.clip(0, 1))
    ax.set_title(f"{regularizers or 'none'}: {result.psnr:.1f} dB")
    ax.axis("off")
plt.show()
