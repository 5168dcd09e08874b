"""The first bytes of files that are not read, and the message on each."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

RDS = b"X\n\x00\x00\x00\x03\x00\x04\x03\x01"


def _tar() -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("matrix.mtx"))
    return content.getvalue()


def _zipped(name: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(name, "")
    return content.getvalue()


FILES = {
    "a.rds": (gzip.compress(RDS), "an object of R"),
    "xz.rds": (lzma.compress(RDS), "an object of R"),
    "bz.rds": (bz2.compress(RDS), "an object of R"),
    "plain.rds": (RDS, r'readRDS\("'),
    "a.RData": (gzip.compress(b"RDX3\nX\n\x00\x00\x00\x03"), r'get\(load\("'),
    "a.bam": (gzip.compress(b"BAM\x01\x00"), "sequencing reads"),
    "a.cram": (b"CRAM\x03\x01", "sequencing reads"),
    "a.sam": (b"@HD\tVN:1.6\n", "sequencing reads"),
    "a.fastq.gz": (gzip.compress(b"@r1\nACGT\n+\nFFFF\n"), "sequencing reads"),
    "a.fa": (b">chr1\nACGT\n", "sequencing reads"),
    "a.xlsx": (_zipped("xl/workbook.xml"), "an Excel workbook"),
    "a.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook"),
    "a.zip": (_zipped("matrix.mtx"), "unpack it"),
    "cut.zip": (_zipped("matrix.mtx")[:20], "damaged zip"),
    "a.tar": (_tar(), "tar xf"),
    "a.tar.gz": (gzip.compress(_tar()), "tar xf"),
    "a.h5ad.bz2": (bz2.compress(b"\x89HDF"), "bunzip2"),
    "a.h5ad.xz": (lzma.compress(b"\x89HDF"), "unxz"),
    "a.h5ad.zst": (b"\x28\xb5\x2f\xfd\x00", "zstd -d"),
    "a.7z": (b"7z\xbc\xaf\x27\x1c", "7z x"),
    "a.rar": (b"Rar!\x1a\x07", "unrar x"),
    "a.pkl": (b"\x80\x04\x95\x0a\x00", "a pickle"),
    "a.qs": (b"\x0b\x0e\x0a\xc1\x00", "R's package qs"),
    "a.mat": (b"MATLAB 5.0 MAT-file", "a MATLAB file"),
    "a.json": (b'{"a": 1}', "JSON"),
    "a.pdf": (b"%PDF-1.7", "a PDF"),
    "page.h5ad": (b"<!DOCTYPE html><html>404</html>", "a web page"),
    "lfs.h5ad": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS"),
    "counts": (b"%%MatrixMarket matrix coordinate integer general\n", "rename it"),
}
