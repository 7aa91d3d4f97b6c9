namespace Composer.Language.Corpora;

/// <summary>Where documents stand in files, in a few bytes each: a corpus of 10 GB has tens of millions.</summary>
/// <remarks>Files are begun in order, and in each the documents added from front to back.</remarks>
internal sealed class DocumentIndex
{
    /// <summary>Documents between two whose place is written out.</summary>
    private const int Stride = 32;

    private readonly List<FileIndex> files = [];

    public int Count { get; private set; }

    /// <summary>A document's file, first byte and number of bytes.</summary>
    public (int File, long Start, int Length) this[int document]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(document);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(document, Count);
            var (low, high) = (0, files.Count - 1);
            while (low < high)
            {
                var middle = (low + high + 1) / 2;
                (low, high) = files[middle].First <= document ? (middle, high) : (low, middle - 1);
            }

            var (start, length) = files[low].Find(document - files[low].First);
            return (low, start, length);
        }
    }

    /// <summary>What is added from here stands in the next file.</summary>
    public void BeginFile() => files.Add(new FileIndex(Count));

    /// <summary>Forgets what was added since the file began.</summary>
    public void RestartFile()
    {
        Count = files[^1].First;
        files[^1] = new FileIndex(Count);
    }

    public void Add(long start, int length)
    {
        files[^1].Add(start, length);
        Count = checked(Count + 1);
    }

    private sealed class FileIndex(int first)
    {
        private readonly List<(long Start, int Place)> marks = [];
        private readonly List<byte> steps = [];
        private int count;
        private long end;

        public int First { get; } = first;

        public void Add(long start, int length)
        {
            if (count++ % Stride == 0)
            {
                marks.Add((start, steps.Count));
                end = start;
            }

            Write(start - end);
            Write(length);
            end = start + length;
        }

        public (long Start, int Length) Find(int document)
        {
            var (start, place) = marks[document / Stride];
            for (var i = document % Stride; ; i--)
            {
                start += Read(ref place);
                var length = Read(ref place);
                if (i == 0)
                {
                    return (start, (int)length);
                }

                start += length;
            }
        }

        private void Write(long value)
        {
            for (; value >= 0x80; value >>= 7)
            {
                steps.Add((byte)(value | 0x80));
            }

            steps.Add((byte)value);
        }

        private long Read(ref int place)
        {
            var value = 0L;
            for (var shift = 0; ; shift += 7)
            {
                var part = steps[place++];
                value |= (long)(part & 0x7F) << shift;
                if (part < 0x80)
                {
                    return value;
                }
            }
        }
    }
}
