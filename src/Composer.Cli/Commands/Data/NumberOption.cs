using System.CommandLine;
using System.Globalization;

namespace Composer.Cli.Commands.Data;

/// <summary>An option that is a whole number in a range.</summary>
internal static class NumberOption
{
    public static Option<int?> Of(string name, string description, int least, int most)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "N" };
        option.Validators.Add(result =>
        {
            // What is no number at all, the parser itself complains of.
            if (result.Tokens is [var token] && long.TryParse(token.Value, CultureInfo.InvariantCulture, out var value)
                && (value < least || value > most))
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} must be {least} to {most}."));
            }
        });
        return option;
    }
}
