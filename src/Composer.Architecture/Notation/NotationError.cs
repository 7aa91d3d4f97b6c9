namespace Composer.Architecture.Notation;

/// <summary>Why a text is no order of layers, and where. Whoever knows the file makes a diagnostic of it.</summary>
/// <param name="Offset">UTF-16 code units before the mistake; the text's length when something is missing at its end.</param>
/// <param name="Length">Code units that are wrong; 0 when something is missing.</param>
/// <param name="Message">What is wrong, one sentence.</param>
/// <param name="Remedy">How to mend it, one sentence.</param>
public sealed record NotationError(int Offset, int Length, string Message, string Remedy)
{
    /// <summary>The message with its place counted from 1, then the remedy.</summary>
    public override string ToString() => $"{Message} (at character {Offset + 1}) {Remedy}";
}
