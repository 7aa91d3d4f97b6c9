using System.Globalization;
using Composer.Core.Code;
using Composer.Language.Pretraining;
using Composer.Pipeline.Progress;

namespace Composer.Stages.Pretrain;

/// <summary>Tells of a pre-training's steps, a few times a second.</summary>
[CodeBoundary]
internal sealed class PretrainProgressReport(Action<StageProgress> tell) : IProgress<PretrainProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private long last;

    public void Report(PretrainProgress value)
    {
        var now = TimeProvider.System.GetTimestamp();
        if (TimeProvider.System.GetElapsedTime(last, now) < Interval && value.Step < value.TotalSteps)
        {
            return;
        }

        last = now;
        tell(new StageProgress(
            (double)value.Step / value.TotalSteps,
            string.Create(
                CultureInfo.InvariantCulture,
                $"step {value.Step:N0} of {value.TotalSteps:N0} · loss {value.Loss:0.000} · {value.TokensPerSecond:N0} tokens/s"))
        {
            Measures = new Dictionary<string, double>
            {
                ["step"] = value.Step,
                ["of"] = value.TotalSteps,
                ["tokens"] = value.Tokens,
                ["loss"] = value.Loss,
                ["gradient_norm"] = value.GradientNorm,
                ["learning_rate"] = value.LearningRate,
                ["tokens_per_second"] = value.TokensPerSecond,
                ["seconds_left"] = value.SecondsLeft,
            },
        });
    }
}
