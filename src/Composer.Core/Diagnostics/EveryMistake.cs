namespace Composer.Core.Diagnostics;

/// <summary>Checks that do not rest on each other: who gave several things wrong is told of all at once.</summary>
public static class EveryMistake
{
    /// <summary>Makes every check.</summary>
    /// <param name="checks">Each throws what it finds.</param>
    /// <exception cref="UserInputException">With what all of them found.</exception>
    public static void Of(params IEnumerable<Action> checks)
    {
        var mistakes = new List<Diagnostic>();
        foreach (var check in checks)
        {
            try
            {
                check();
            }
            catch (UserInputException wrong)
            {
                mistakes.AddRange(wrong.Diagnostics);
            }
        }

        if (mistakes.Count > 0)
        {
            throw new UserInputException([.. mistakes.Distinct()]);
        }
    }
}
