"""
How a fit goes
==============

The loss after every step. Shapes are added and removed on the way, and the picture they are compared with becomes
larger: that is where the curve jumps.
"""

import matplotlib.pyplot as plt

import sdfraster as sr

for count in (32, 128, 512):
    result = sr.fit("sample:chelsea", kind="triangle", count=count, iterations=400)
    plt.semilogy(result.history, label=f"{count} triangles: {result.psnr:.1f} dB", linewidth=0.8)
plt.xlabel("step")
plt.ylabel("mean squared error")
plt.legend()
plt.show()
