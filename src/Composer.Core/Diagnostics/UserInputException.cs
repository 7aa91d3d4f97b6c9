namespace Composer.Core.Diagnostics;

/// <summary>The user's input is wrong: the command ends with exit code 2 and prints every diagnostic.</summary>
public sealed class UserInputException : Exception
{
    public UserInputException(IReadOnlyList<Diagnostic> diagnostics)
        : base(string.Join(Environment.NewLine, diagnostics))
    {
        Diagnostics = diagnostics;
    }

    public UserInputException(Diagnostic diagnostic)
        : this([diagnostic])
    {
    }

    public IReadOnlyList<Diagnostic> Diagnostics { get; }
}
