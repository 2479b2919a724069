//! Packed input: gzip and zstd are unpacked, recognised by their first bytes; what else is packed is named, with the way to unpack it.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use flate2::read::MultiGzDecoder;
use zstd::stream::read::Decoder;

/// Memory that unpacking may take unless another limit is given: a file asks for as large a window as its packer chose.
const MEMORY: usize = 1 << 30;

/// The smallest and the largest window of zstd, as powers of two.
const WINDOWS: (u32, u32) = (20, 31);

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

/// Other kinds of archives: their first bytes, their name, and the command that unpacks them to stdout.
const OTHERS: [(&[u8], &str, &str); 6] = [
    (b"\xfd7zXZ\0", "xz", "xz -dc"),
    (b"BZh", "bzip2", "bzip2 -dc"),
    (b"\x04\x22\x4d\x18", "lz4", "lz4 -dc"),
    (b"PK\x03\x04", "zip", "unzip -p"),
    (b"7z\xbc\xaf\x27\x1c", "7z", "7z x -so"),
    (b"\x37\xa4\x30\xec", "zstd's training: this is a dictionary, not a log", ""),
];

/// Tells whether a frame is one of zstd that decoders pass over, as pzstd writes one first.
fn is_skippable(magic: &[u8]) -> bool {
    matches!(magic, [first, 0x2a, 0x4d, 0x18, ..] if (0x50..=0x5f).contains(first))
}

/// The bytes as they were before they were packed; those that are not packed as they are.
///
/// # Errors
/// The first bytes cannot be read, or the bytes are packed in a way that is not unpacked here.
pub(super) fn unpacked(raw: impl Read + Send + 'static, memory: Option<usize>) -> io::Result<Box<dyn Read + Send>> {
    let (magic, raw) = peek(raw)?;
    if magic.starts_with(GZIP) {
        return Ok(Box::new(MultiGzDecoder::new(raw)));
    }
    if magic.starts_with(ZSTD) || is_skippable(&magic) {
        let mut decoder = Decoder::with_buffer(BufReader::with_capacity(1 << 17, raw))?;
        decoder.window_log_max(memory.unwrap_or(MEMORY).ilog2().clamp(WINDOWS.0, WINDOWS.1))?;
        return Ok(Box::new(Zstd(decoder)));
    }
    if let Some((_, name, command)) = OTHERS.iter().find(|(first, ..)| magic.starts_with(first)) {
        let way = match *command {
            "" => String::new(),
            command => format!("; unpack it first: {command} LOG | cachecheck simulate -"),
        };
        return Err(io::Error::new(io::ErrorKind::Unsupported, format!("is packed by {name}{way}")));
    }
    Ok(Box::new(raw))
}

/// The bytes that gzip packed, if they are fewer than so many: a few kilobytes could unpack to all the memory there is.
///
/// # Errors
/// The bytes are damaged, or too many.
pub(crate) fn gunzipped(bytes: &[u8], most: usize) -> io::Result<Vec<u8>> {
    let mut unpacked = Vec::new();
    if MultiGzDecoder::new(bytes).take(most as u64).read_to_end(&mut unpacked)? < most {
        return Ok(unpacked);
    }
    Err(io::Error::other(format!("unpacks to more than {most} bytes")))
}

/// Frames of zstd, one after the other, with their checksums verified. Its errors are in words for people.
struct Zstd<R: BufRead>(Decoder<'static, R>);

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|error| {
            if error.raw_os_error().is_some() {
                return error;
            }
            let words = error.to_string();
            let reason = match words.as_str() {
                words if words.contains("ictionary") => {
                    "was packed with a dictionary; unpack it first: zstd -dc -D DICTIONARY LOG | cachecheck simulate -"
                }
                words if words.contains("too much memory") => {
                    "needs a larger window to be unpacked than --max-memory allows"
                }
                words if words.contains("checksum") => "the zstd data is damaged: its checksum is another",
                _ if error.kind() == io::ErrorKind::UnexpectedEof => "the zstd data is cut off",
                _ => "the zstd data is damaged",
            };
            io::Error::new(error.kind(), reason)
        })
    }
}

/// The first bytes, and a reader that gives them again.
fn peek<R: Read + Send + 'static>(mut raw: R) -> io::Result<(Vec<u8>, impl Read + Send + use<R>)> {
    let mut magic = Vec::new();
    raw.by_ref().take(6).read_to_end(&mut magic)?;
    Ok((magic.clone(), Cursor::new(magic).chain(raw)))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zstd::stream::write::Encoder;

    use super::*;

    /// Lines that repeat, so that packing refers back.
    fn log() -> Vec<u8> {
        let line = |index: u64| format!("{{\"id\": {index}, \"prompt\": \"word {} and more\"}}\n", index * index % 97);
        (0..400).map(line).collect::<String>().into_bytes()
    }

    fn zstd(bytes: &[u8], window: Option<u32>) -> Vec<u8> {
        let mut encoder = Encoder::new(Vec::new(), 3).unwrap();
        encoder.include_checksum(true).unwrap();
        if let Some(window) = window {
            encoder.window_log(window).unwrap();
            encoder.include_contentsize(false).unwrap();
        }
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn read(bytes: Vec<u8>, memory: Option<usize>) -> io::Result<Vec<u8>> {
        let mut all = Vec::new();
        unpacked(Cursor::new(bytes), memory)?.read_to_end(&mut all).map(|_| all)
    }

    #[test]
    fn a_flipped_bit_is_reported_or_harmless() {
        for packed in [zstd(&log(), None), gzip(&log())] {
            let bits = packed.len() * 8;
            let mut reported = 0;
            for flip in 0..400 {
                // Spread over the file, and not always the same bit of a byte.
                let bit = flip * bits / 400;
                let mut damaged = packed.clone();
                damaged[bit / 8] ^= 1 << (bit % 8);
                match read(damaged.clone(), None) {
                    // The first bytes name no packing any more, and what follows is no line of any log.
                    Ok(bytes) if bytes == damaged => assert!(std::str::from_utf8(&bytes).is_err(), "bit {bit}"),
                    Ok(bytes) => assert!(bytes == log(), "bit {bit} of {bits} changes the log in silence"),
                    Err(_) => reported += 1,
                }
            }
            assert!(reported > 300, "{reported} of 400");
        }
    }

    #[test]
    fn frames_follow_one_another_and_those_to_be_skipped_are() {
        let skippable = [&[0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0][..], b"size"].concat();
        let packed = [&skippable[..], &zstd(b"a\nb", None), &skippable, &zstd(b"c\n", None)].concat();
        assert_eq!(read(packed, None).unwrap(), b"a\nbc\n");
    }

    #[test]
    fn what_is_cut_off_says_so() {
        for packed in [zstd(&log(), None), gzip(&log())] {
            for length in [packed.len() / 2, packed.len() - 1] {
                let error = read(packed[..length].to_vec(), None).unwrap_err();
                assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof, "{error}");
            }
        }
    }

    #[test]
    fn a_window_is_as_large_as_memory_allows() {
        let packed = zstd(&log(), Some(27));
        assert_eq!(read(packed.clone(), None).unwrap(), log());
        let error = read(packed, Some(1 << 26)).unwrap_err().to_string();
        assert!(error.contains("--max-memory"), "{error}");
    }

    #[test]
    fn what_is_packed_otherwise_is_named_with_what_to_type() {
        for (magic, name) in [
            (&b"\xfd7zXZ\0\0\x04"[..], "xz -dc"),
            (b"BZh91AY", "bzip2 -dc"),
            (b"\x04\x22\x4d\x18d", "lz4 -dc"),
            (b"PK\x03\x04\x14", "unzip -p"),
        ] {
            let error = read(magic.to_vec(), None).unwrap_err().to_string();
            assert!(error.contains(name) && error.contains("cachecheck simulate -"), "{error}");
        }
    }
}
