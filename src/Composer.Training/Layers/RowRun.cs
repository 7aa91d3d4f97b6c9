namespace Composer.Training.Layers;

/// <summary>New rows of one sequence while decoding.</summary>
/// <param name="Sequence">Whose cache they see and enter.</param>
/// <param name="Position">Of the first row in the sequence.</param>
/// <param name="FirstRow">Of the pass's rows.</param>
/// <param name="Rows">How many.</param>
internal readonly record struct RowRun(int Sequence, int Position, int FirstRow, int Rows);
