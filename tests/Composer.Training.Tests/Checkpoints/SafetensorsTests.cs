using System.Buffers.Binary;
using System.Text;
using Composer.Training.Checkpoints;

namespace Composer.Training.Tests.Checkpoints;

public class SafetensorsTests
{
    private static readonly Dictionary<string, string> NoMetadata = [];

    [Fact]
    public void Bytes_are_those_of_the_format()
    {
        using var stream = new MemoryStream();
        var writer = new SafetensorsWriter(
            stream,
            [SafetensorsTensor.Float32("a", 1, 2), SafetensorsTensor.Float32("b", 1)],
            new Dictionary<string, string> { ["k"] = "v" });
        writer.Write([1f, -2f]);
        writer.Write([0.5f]);
        writer.Complete();

        const string Header = """{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""";
        var padded = Header.PadRight((Header.Length + 7) / 8 * 8);
        byte[] data = [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 0, 0, 0, 0x3f];
        Assert.Equal(File(padded, data), stream.ToArray());
    }

    [Fact]
    public void What_was_written_is_read_bit_for_bit()
    {
        float[] values = [0f, -0f, float.Epsilon, float.MaxValue, float.NaN, float.NegativeInfinity];
        using var stream = new MemoryStream();
        stream.Write("before"u8);
        var writer = new SafetensorsWriter(
            stream, [SafetensorsTensor.Float32("é\"x", 2, 3), SafetensorsTensor.Float32("none", 0, 4)], NoMetadata);
        writer.Write(values);
        writer.Write([]);
        writer.Complete();

        stream.Position = 6;
        var reader = new SafetensorsReader(stream);
        var read = new float[6];
        reader.ReadFloats("é\"x", read);
        Assert.Equal(values.Select(BitConverter.SingleToInt32Bits), read.Select(BitConverter.SingleToInt32Bits));
        Assert.Equal([2L, 3L], reader.Find("é\"x")!.Shape);
        reader.ReadFloats("none", []);
        Assert.Null(reader.Find("other"));
    }

    [Fact]
    public void Large_tensors_pass_through_in_pieces()
    {
        var values = Enumerable.Range(0, 600_001).Select(i => (float)i).ToArray();
        using var stream = new MemoryStream();
        var writer = new SafetensorsWriter(stream, [SafetensorsTensor.Float32("x", values.Length)], NoMetadata);
        writer.Write(values);
        writer.Complete();
        stream.Position = 0;
        var read = new float[values.Length];
        new SafetensorsReader(stream).ReadFloats("x", read);
        Assert.Equal(values, read);
    }

    [Fact]
    public void Brain_floats_integers_and_bytes_are_read()
    {
        const string Header = """{"i":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"h":{"dtype":"BF16","shape":[2],"data_offsets":[8,12]},"u":{"dtype":"U8","shape":[],"data_offsets":[12,13]}}""";
        byte[] data = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x80, 0x3f, 0x49, 0xc0, 7];
        var reader = Read(File(Header, data));
        var (integers, floats, bytes) = (new long[1], new float[2], new byte[1]);
        reader.ReadIntegers("i", integers);
        reader.ReadFloats("h", floats);
        reader.ReadBytes("u", bytes);
        Assert.Equal([-2L], integers);
        Assert.Equal([1f, -3.140625f], floats);
        Assert.Equal([(byte)7], bytes);
        Assert.Throws<CheckpointException>(() => reader.ReadFloats("i", new float[1]));
        Assert.Throws<CheckpointException>(() => reader.ReadFloats("h", new float[3]));
        Assert.Throws<CheckpointException>(() => reader.ReadBytes("none", []));
    }

    [Theory]
    [InlineData("""[]""", 0, "begin with '{'")]
    [InlineData(""" {}""", 0, "begin with '{'")]
    [InlineData("""{"a":""", 0, "no valid JSON")]
    [InlineData("""{} x""", 0, "no valid JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "no valid JSON")]
    [InlineData("""{"a":1}""", 0, "lacks dtype")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "lacks dtype")]
    [InlineData("""{"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}""", 4, "unknown dtype 'F31'")]
    [InlineData("""{"a":{"dtype":"11","shape":[1],"data_offsets":[0,4]}}""", 4, "unknown dtype '11'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "no integer of at least 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "no integer of at least 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}""", 4, "no array")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}""", 4, "beyond 2^63")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "say otherwise")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "say otherwise")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4]}}""", 4, "say otherwise")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "overlaps")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "hole")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "hole")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "truncated")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9, "follows the last tensor")]
    [InlineData("""{"__metadata__":{"k":1}}""", 0, "no string")]
    [InlineData("""{"__metadata__":"k"}""", 0, "no object")]
    public void Damaged_files_are_refused_with_what_is_wrong(string header, int dataLength, string expected)
    {
        var error = Assert.Throws<CheckpointException>(() => Read(File(header, new byte[dataLength])));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0xFFFF_FFFF_FFFF_FFFFul, "the format allows")]
    [InlineData(0x7FFF_FFFF_FFFF_FFFFul, "the format allows")]
    [InlineData(100_000_001ul, "the format allows")]
    [InlineData(99_999_999ul, "truncated")]
    [InlineData(3ul, "truncated")]
    public void A_hostile_header_length_allocates_nothing(ulong length, string expected)
    {
        var bytes = new byte[10];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<CheckpointException>(() => Read(bytes));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Throws<CheckpointException>(() => Read(bytes[..7]));
    }

    [Fact]
    public void Every_truncation_of_a_good_file_is_refused()
    {
        using var stream = new MemoryStream();
        var writer = new SafetensorsWriter(stream, [SafetensorsTensor.Float32("a", 3)], NoMetadata);
        writer.Write([1f, 2f, 3f]);
        writer.Complete();
        var good = stream.ToArray();
        for (var length = 0; length < good.Length; length++)
        {
            Assert.Throws<CheckpointException>(() => Read(good[..length]));
        }
    }

    [Fact]
    public void The_writer_holds_its_caller_to_the_declaration()
    {
        SafetensorsTensor[] tensors = [SafetensorsTensor.Float32("a", 2)];
        var writer = new SafetensorsWriter(Stream.Null, tensors, NoMetadata);
        Assert.Throws<InvalidOperationException>(() => writer.Write([1f]));
        Assert.Throws<InvalidOperationException>(writer.Complete);
        writer.Write([1f, 2f]);
        Assert.Throws<InvalidOperationException>(() => writer.Write([1f]));
        writer.Complete();
        Assert.Throws<ArgumentException>(() => new SafetensorsWriter(Stream.Null, [.. tensors, .. tensors], NoMetadata));
        Assert.Throws<ArgumentException>(
            () => new SafetensorsWriter(Stream.Null, [SafetensorsTensor.Float32("__metadata__", 1)], NoMetadata));
    }

    private static SafetensorsReader Read(byte[] file) => new(new MemoryStream(file));

    private static byte[] File(string header, byte[] data)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        return [.. length, .. json, .. data];
    }
}
