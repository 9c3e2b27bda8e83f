"""Pictures as numbers: resized and compared by the protocol that super-resolution papers use."""

from data.imaging.measures import consistency as consistency
from data.imaging.measures import luma as luma
from data.imaging.measures import psnr as psnr
from data.imaging.measures import ssim as ssim
from data.imaging.resize import imresize as imresize
from data.imaging.resize import shrink as shrink
