using System.Text;
using Composer.Language.Files;

namespace Composer.Language.Tests.Files;

/// <summary>What a file is by its first bytes; where a tool of the kind is at hand elsewhere, the bytes are those it writes.</summary>
public sealed class FileContentTests
{
    private static byte[] Padded(params byte[] start) => [.. start, .. new byte[64]];

    public static TheoryData<string, byte[]> Formats => new()
    {
        { "gzip", DataFiles.Gzip([1, 2, 3]) },
        { "zstd", DataFiles.Pack([1, 2, 3], ".zst") },
        { "zstd", [0x5F, 0x2A, 0x4D, 0x18, 0, 0, 0, 0] },
        { "Parquet", DataFiles.Parquet(2, ["a"]) },
        { "an encrypted Parquet file", Padded([.. "PARE"u8]) },
        { "AppleDouble metadata", Padded(0, 5, 0x16, 7, 0, 2, 0, 0) },
        { "AppleSingle metadata", Padded(0, 5, 0x16, 0, 0, 2, 0, 0) },
        { "a zip archive", Padded([.. "PK\u0003\u0004"u8]) },
        { "an empty zip archive", Padded([.. "PK\u0005\u0006"u8]) },
        { "an xz archive", Padded(0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0, 4) },
        { "a bzip2 archive", [.. "BZh91AY&SY"u8, 0x80] },
        { "an lz4 archive", Padded(4, 0x22, 0x4D, 0x18) },
        { "a Snappy archive", Padded([0xFF, 6, 0, 0, .. "sNaPpY"u8]) },
        { "a compress archive", Padded(0x1F, 0x9D, 0x90) },
        { "an lzma archive", Padded(0x5D, 0, 0, 0x80, 0) },
        { "a 7z archive", Padded(0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C) },
        { "a RAR archive", Padded([.. "Rar!\u001A\u0007\u0001"u8]) },
        { "a tar archive", [.. "corpus/a.txt"u8, .. new byte[245], .. "ustar\000"u8, .. new byte[300]] },
        { "a GGUF model", Padded([.. "GGUF"u8, 3]) },
        { "a safetensors file of model weights", [0x40, 0, 0, 0, 0, 0, 0, 0, .. "{\"w\":{}}"u8] },
        { "a PDF document", [.. "%PDF-1.7\n"u8] },
        { "an SQLite database", Padded([.. "SQLite format 3\0"u8]) },
        { "an Arrow file", Padded([.. "ARROW1"u8]) },
        { "an Arrow stream", Padded(0xFF, 0xFF, 0xFF, 0xFF, 0x10) },
        { "a Feather file", Padded([.. "FEA1"u8]) },
        { "an HDF5 file", Padded([0x89, .. "HDF\r\n\u001A\n"u8]) },
        { "an ORC file", Padded([.. "ORC"u8]) },
        { "an Avro file", Padded([.. "Obj\u0001"u8]) },
        { "a NumPy array", Padded([0x93, .. "NUMPY"u8]) },
        { "a Megatron-LM index", Padded([.. "MMIDIDX\0\0"u8]) },
        { "a Python pickle", Padded(0x80, 4, 0x95) },
        { "a PNG image", Padded([0x89, .. "PNG\r\n\u001A\n"u8]) },
        { "a JPEG image", Padded(0xFF, 0xD8, 0xFF, 0xE0) },
        { "an ELF program", Padded([0x7F, .. "ELF"u8]) },
        { "a Microsoft Office document", Padded(0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1) },
        { "a binary property list", Padded([.. "bplist00"u8]) },
        { "a pointer of Git LFS, not the data that it points at", [.. "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 4\n"u8] },
        { "UTF-16 text (little-endian)", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("text")] },
        { "UTF-16 text (big-endian)", [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes("text")] },
        { "UTF-16 text (little-endian)", Encoding.Unicode.GetBytes("no mark at all") },
        { "UTF-16 text (big-endian)", Encoding.BigEndianUnicode.GetBytes("no mark at all") },
        { "UTF-32 text (little-endian)", [0xFF, 0xFE, 0, 0, .. Encoding.UTF32.GetBytes("text")] },
        { "UTF-32 text (big-endian)", [0, 0, 0xFE, 0xFF, 0, 0, 0, 0x74] },
        { "binary data (byte 3 is 0)", [1, 2, 3, 0, 255] },
        { "empty", [] },
        { "text", [.. "plain"u8] },
        { "text", [0xEF, 0xBB, 0xBF, .. "marked"u8] },
        { "text", [.. "Latin-1: "u8, 0xE4, (byte)' '] },
        { "text", [.. "ORCHARDS and GGUF, PAR1ED"u8] },
        { "text", [.. "PAR1 begins this text by chance"u8] },
        { "text", [.. "FEA1SIBLE"u8] },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public void Is_told_by_its_first_bytes(string name, byte[] bytes) => Assert.Equal(name, FileContent.Of(bytes).Name);

    [Fact]
    public void A_character_cut_by_the_end_of_what_is_looked_at_is_no_fault()
    {
        for (var shift = 0; shift < 4; shift++)
        {
            var bytes = Encoding.UTF8.GetBytes(new string('a', shift) + string.Concat(Enumerable.Repeat("😀", 4000)));
            Assert.Equal(ContentKind.Text, FileContent.Of(bytes.AsSpan(0, FileContent.HeadBytes)).Kind);
        }
    }

    [Fact]
    public void What_is_not_read_has_a_command_or_says_what_is_wanted()
    {
        foreach (var signature in Signatures.All.Where(s => s.Content.Kind is ContentKind.OtherEncoding))
        {
            Assert.Contains("iconv", signature.Content.Command, StringComparison.Ordinal);
        }

        Assert.All(Signatures.All, s => Assert.True(s.Content.Command is null or "git lfs pull" || s.Content.Command.Contains("FILE", StringComparison.Ordinal)));
    }
}
