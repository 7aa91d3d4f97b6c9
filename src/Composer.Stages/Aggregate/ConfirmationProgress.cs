using System.Globalization;
using Composer.Architecture;
using Composer.Core.Code;
using Composer.Pipeline.Progress;

namespace Composer.Stages.Aggregate;

/// <summary>How far the fresh runs of an aggregation have come.</summary>
[CodeBoundary]
internal sealed class ConfirmationProgress(Action<StageProgress> tell, int orders)
{
    private readonly Lock gate = new();
    private readonly Dictionary<LayerSequence, double> shares = [];

    public void Evaluating(LayerSequence layers, double share)
    {
        lock (gate)
        {
            shares[layers] = share;
            var done = shares.Values.Count(s => s >= 1);
            tell(new StageProgress(
                Math.Min(1, shares.Values.Sum() / orders),
                string.Create(CultureInfo.InvariantCulture, $"fresh runs of {done} of {orders} orders")));
        }
    }
}
