namespace Composer.Training.Parameters;

/// <summary>Where a canonical tensor lies in the packed arrays.</summary>
internal abstract record ParameterBinding
{
    /// <summary>Where the matrix or the vector begins that holds it.</summary>
    public abstract long Offset { get; }

    /// <summary>What a canonical row contributes to an element's index.</summary>
    public abstract long RowIndex(int row);

    /// <summary>What a canonical column adds to it.</summary>
    public abstract long ColumnIndex(int column);

    /// <param name="First">Index of the first element.</param>
    public sealed record Vector(long First) : ParameterBinding
    {
        public override long Offset => First;

        public override long RowIndex(int row) => First + row;

        public override long ColumnIndex(int column) => 0;
    }

    /// <summary>A convolution [channels, taps], or its bias [channels]: each tap's channels lie side by side.</summary>
    /// <param name="First">Index of the first channel's first tap.</param>
    /// <param name="Channels">Where the canonical channels lie.</param>
    /// <param name="Stride">Distance of two taps.</param>
    public sealed record Taps(long First, AxisMap Channels, long Stride) : ParameterBinding
    {
        public override long Offset => First;

        public override long RowIndex(int row) => First + Channels[row];

        public override long ColumnIndex(int column) => column * Stride;
    }

    /// <summary>A projection [out, in]: its outputs are the packed matrix's columns.</summary>
    public sealed record Projection(PackedMatrix Matrix, AxisMap Outputs, AxisMap Inputs) : ParameterBinding
    {
        public override long Offset => Matrix.Offset;

        public override long RowIndex(int row) => Matrix.ColumnIndex(Outputs[row]);

        public override long ColumnIndex(int column) => PackedMatrix.InnerIndex(Inputs[column]);
    }

    /// <summary>A table [tokens, features]: its rows are the packed matrix's rows.</summary>
    public sealed record Table(PackedMatrix Matrix) : ParameterBinding
    {
        public override long Offset => Matrix.Offset;

        public override long RowIndex(int row) => PackedMatrix.InnerIndex(row);

        public override long ColumnIndex(int column) => Matrix.ColumnIndex(column);
    }

    /// <summary>A tensor whose rows lie in parts of one matrix or of vectors side by side, one part's after the other's.</summary>
    /// <param name="Parts">Where each part's rows lie, counted from its first, and how many they are.</param>
    public sealed record Stacked(IReadOnlyList<(int Rows, ParameterBinding Binding)> Parts) : ParameterBinding
    {
        public override long Offset => Parts[0].Binding.Offset;

        public override long RowIndex(int row)
        {
            var part = 0;
            while (row >= Parts[part].Rows)
            {
                row -= Parts[part++].Rows;
            }

            return Parts[part].Binding.RowIndex(row);
        }

        public override long ColumnIndex(int column) => Parts[0].Binding.ColumnIndex(column);

        public bool Equals(Stacked? other) => other is not null && Parts.SequenceEqual(other.Parts);

        public override int GetHashCode() => Parts.Aggregate(0, HashCode.Combine);
    }
}
