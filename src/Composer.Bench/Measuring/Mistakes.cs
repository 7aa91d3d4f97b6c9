using Composer.Core;
using Composer.Core.Diagnostics;

namespace Composer.Bench.Measuring;

/// <summary>What is wrong with the options of a benchmark.</summary>
internal static class Mistakes
{
    private const string Code = "CMP1009";

    /// <summary>The exception that says so.</summary>
    public static UserInputException Of(string message, string? remedy = null, string code = Code) =>
        new(new Diagnostic(code, DiagnosticSeverity.Error, message, Remedy: remedy));

    /// <exception cref="UserInputException">The value is too small.</exception>
    public static void RequireAtLeast(string what, int value, int least)
    {
        if (value < least)
        {
            throw Of($"{what} must be at least {least}.");
        }
    }

    /// <summary>What stands between commas.</summary>
    public static string[] Split(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
