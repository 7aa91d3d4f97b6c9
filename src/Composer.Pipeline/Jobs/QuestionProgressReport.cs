using Composer.Core.Code;

namespace Composer.Pipeline.Jobs;

/// <summary>Tells of every twentieth question.</summary>
[CodeBoundary]
internal sealed class QuestionProgressReport(Action<int> tell) : IProgress<int>
{
    private const int Every = 20;

    public void Report(int value)
    {
        if (value % Every == 0)
        {
            tell(value);
        }
    }
}
