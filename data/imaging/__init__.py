"""Picture files and their pixels: read, written, resized and compared as the papers do."""

from data.imaging.measures import consistency as consistency
from data.imaging.measures import luma as luma
from data.imaging.measures import psnr as psnr
from data.imaging.measures import ssim as ssim
from data.imaging.picture import ENDINGS as ENDINGS
from data.imaging.picture import MOST_BYTES as MOST_BYTES
from data.imaging.picture import Header as Header
from data.imaging.picture import Picture as Picture
from data.imaging.picture import look as look
from data.imaging.picture import read as read
from data.imaging.png import PngWriter as PngWriter
from data.imaging.resize import bands as bands
from data.imaging.resize import imresize as imresize
from data.imaging.resize import shrink as shrink
