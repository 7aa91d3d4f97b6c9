namespace Composer.Cli.Terminal;

/// <summary>How wide the terminal is, in cells.</summary>
internal static class TerminalWidth
{
    /// <summary>What terminals are where none says: some give nothing, or zero.</summary>
    private const int Usual = 80;

    /// <summary>At least 1.</summary>
    public static int Current
    {
        get
        {
            try
            {
                return Console.WindowWidth is > 0 and var width ? width : Usual;
            }
            catch (Exception e) when (e is IOException or PlatformNotSupportedException)
            {
                return Usual;
            }
        }
    }

    /// <summary>Rows of the terminal; as many as one could want where it does not say.</summary>
    public static int CurrentHeight
    {
        get
        {
            try
            {
                return Console.WindowHeight is > 0 and var height ? height : int.MaxValue;
            }
            catch (Exception e) when (e is IOException or PlatformNotSupportedException)
            {
                return int.MaxValue;
            }
        }
    }
}
