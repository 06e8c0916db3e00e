"""
How a fit goes
==============

The loss after every step, and how many shapes there are. Shapes are added and removed on the way, and the loss is
that of the copy of the picture that is worked on; both make the curve jump.
"""

import matplotlib.pyplot as plt

import sdfraster as sr

figure, (above, below) = plt.subplots(2, 1, figsize=(7, 6), sharex=True, layout="constrained")
for count in (32, 128, 512):
    result = sr.fit("sample:chelsea", kind="triangle", count=count, iterations=200)
    loss, seconds, psnr, shapes = result.history.T
    above.semilogy(loss, linewidth=0.8, label=f"{count} triangles: {result.psnr:.1f} dB in {seconds[-1]:.1f} s")
    below.plot(shapes, linewidth=0.8)
above.set(ylabel="mean squared error")
above.legend()
below.set(xlabel="step", ylabel="shapes")
plt.show()
