namespace Composer.Agents.Checkup;

/// <summary>What a checkup found out about one thing.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Subject">What was looked at, in a word: <c>memory</c>, <c>corpus</c>.</param>
/// <param name="State">Whether it will do.</param>
/// <param name="Text">What there is, or what is lacking.</param>
public sealed record Finding(string Subject, FindingState State, string Text)
{
    /// <summary>Commands, or words where no command does it, each of which mends it or does without.</summary>
    public IReadOnlyList<string> Remedies { get; init; } = [];

    /// <summary>There is what it takes.</summary>
    public static Finding Fine(string subject, string text) => new(subject, FindingState.Fine, text);

    /// <summary>Worth knowing; nothing is held up by it.</summary>
    public static Finding Note(string subject, string text, params IReadOnlyList<string> remedies) =>
        new(subject, FindingState.Note, text) { Remedies = remedies };

    /// <summary>Without it, something does not run.</summary>
    public static Finding Lack(string subject, string text, params IReadOnlyList<string> remedies) =>
        new(subject, FindingState.Lack, text) { Remedies = remedies };
}
