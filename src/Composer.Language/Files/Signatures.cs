using System.Collections.Immutable;

namespace Composer.Language.Files;

/// <summary>The formats that are known by their first bytes, the longer mark before one that it begins with.</summary>
internal static class Signatures
{
    public static readonly FileContent Utf16Little = new(
        ContentKind.OtherEncoding, "UTF-16 text (little-endian)", "iconv -f UTF-16LE -t UTF-8 FILE > NEW");

    public static readonly FileContent Utf16Big = new(
        ContentKind.OtherEncoding, "UTF-16 text (big-endian)", "iconv -f UTF-16BE -t UTF-8 FILE > NEW");

    public static ImmutableArray<Signature> All { get; } =
    [
        new(new(ContentKind.Gzip, "gzip"), [0x1F, 0x8B]),
        new(new(ContentKind.Zstandard, "zstd"), [0x28, 0xB5, 0x2F, 0xFD]),
        .. Enumerable.Range(0x50, 16).Select(
            first => new Signature(new(ContentKind.Zstandard, "zstd"), [(byte)first, 0x2A, 0x4D, 0x18])),
        new(new(ContentKind.Parquet, "Parquet"), [.. "PAR1"u8], EvenInText: false),
        Foreign("an encrypted Parquet file", [.. "PARE"u8], null, evenInText: false),
        new(new(ContentKind.AppleMetadata, "AppleDouble metadata"), [0, 5, 0x16, 7]),
        new(new(ContentKind.AppleMetadata, "AppleSingle metadata"), [0, 5, 0x16, 0]),
        new(new(ContentKind.OtherEncoding, "UTF-32 text (little-endian)", "iconv -f UTF-32 -t UTF-8 FILE > NEW"), [0xFF, 0xFE, 0, 0]),
        new(new(ContentKind.OtherEncoding, "UTF-32 text (big-endian)", "iconv -f UTF-32 -t UTF-8 FILE > NEW"), [0, 0, 0xFE, 0xFF]),
        new(Utf16Little with { Command = "iconv -f UTF-16 -t UTF-8 FILE > NEW" }, [0xFF, 0xFE]),
        new(Utf16Big with { Command = "iconv -f UTF-16 -t UTF-8 FILE > NEW" }, [0xFE, 0xFF]),
        Foreign("a zip archive", [.. "PK\u0003\u0004"u8], "unzip FILE"),
        Foreign("an empty zip archive", [.. "PK\u0005\u0006"u8], null),
        Foreign("an xz archive", [0xFD, .. "7zXZ"u8, 0], "xz -dk FILE"),
        .. Enumerable.Range('1', 9).Select(level => Foreign("a bzip2 archive", [.. "BZh"u8, (byte)level, .. "1AY&SY"u8], "bzip2 -dk FILE")),
        Foreign("an lz4 archive", [4, 0x22, 0x4D, 0x18], "lz4 -d FILE"),
        Foreign("an lz4 archive", [2, 0x21, 0x4C, 0x18], "lz4 -d FILE"),
        Foreign("a Snappy archive", [0xFF, 6, 0, 0, .. "sNaPpY"u8], "snzip -dk FILE"),
        Foreign("a compress archive", [0x1F, 0x9D], "uncompress -c FILE > NEW"),
        Foreign("an lzma archive", [0x5D, 0, 0], "xz -dk --format=lzma FILE"),
        Foreign("a 7z archive", [.. "7z"u8, 0xBC, 0xAF, 0x27, 0x1C], "7z x FILE"),
        Foreign("a RAR archive", [.. "Rar!\u001A\u0007"u8], "unrar x FILE"),
        Foreign("a tar archive", [.. "ustar"u8], "tar -xf FILE", offset: 257),
        Foreign("a GGUF model", [.. "GGUF"u8], null, evenInText: false),
        Foreign("a safetensors file of model weights", [0, 0, 0, 0, (byte)'{', (byte)'"'], null, offset: 4),
        Foreign("a PDF document", [.. "%PDF-"u8], "pdftotext FILE NEW"),
        Foreign("an SQLite database", [.. "SQLite format 3\0"u8], "sqlite3 FILE .tables"),
        Foreign("an Arrow file", [.. "ARROW1"u8], Arrow, evenInText: false),
        Foreign("an Arrow stream", [0xFF, 0xFF, 0xFF, 0xFF], Arrow),
        Foreign("a Feather file", [.. "FEA1"u8], Arrow, evenInText: false),
        Foreign("an HDF5 file", [0x89, .. "HDF\r\n\u001A\n"u8], null),
        Foreign("an ORC file", [.. "ORC"u8], null, evenInText: false),
        Foreign("an Avro file", [.. "Obj\u0001"u8], null, evenInText: false),
        Foreign("a NumPy array", [0x93, .. "NUMPY"u8], null),
        Foreign("a Megatron-LM index", [.. "MMIDIDX\0\0"u8], null),
        .. Enumerable.Range(2, 4).Select(protocol => Foreign("a Python pickle", [0x80, (byte)protocol], null)),
        Foreign("a PNG image", [0x89, .. "PNG\r\n\u001A\n"u8], null),
        Foreign("a JPEG image", [0xFF, 0xD8, 0xFF], null),
        Foreign("an ELF program", [0x7F, .. "ELF"u8], null),
        Foreign("a Microsoft Office document", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], null),
        Foreign("a binary property list", [.. "bplist00"u8], null),
        Foreign("a pointer of Git LFS, not the data that it points at", [.. "version https://git-lfs."u8], "git lfs pull"),
    ];

    private const string Arrow = "python -c \"import datasets; datasets.Dataset.from_file('FILE').to_parquet('NEW')\"";

    private static Signature Foreign(string name, byte[] bytes, string? command, int offset = 0, bool evenInText = true) =>
        new(new(ContentKind.Foreign, name, command), bytes, offset, evenInText);
}
