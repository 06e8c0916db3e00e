"""What is kept between calls: plans by the layout of their scenes, and pictures to compare with as tiles."""
