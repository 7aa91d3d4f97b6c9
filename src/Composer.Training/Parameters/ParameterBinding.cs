namespace Composer.Training.Parameters;

/// <summary>Where a canonical tensor lies in the packed arrays.</summary>
internal abstract record ParameterBinding
{
    /// <summary>Index of a canonical element.</summary>
    public abstract long IndexOf(int row, int column);

    /// <param name="Offset">Of the first element.</param>
    public sealed record Vector(long Offset) : ParameterBinding
    {
        public override long IndexOf(int row, int column) => Offset + row;
    }

    /// <summary>A projection [out, in]: its outputs are the packed matrix's columns.</summary>
    public sealed record Projection(PackedMatrix Matrix, AxisMap Outputs, AxisMap Inputs) : ParameterBinding
    {
        public override long IndexOf(int row, int column) => Matrix.IndexOf(Inputs[column], Outputs[row]);
    }

    /// <summary>A table [tokens, features]: its rows are the packed matrix's rows.</summary>
    public sealed record Table(PackedMatrix Matrix) : ParameterBinding
    {
        public override long IndexOf(int row, int column) => Matrix.IndexOf(row, column);
    }
}
