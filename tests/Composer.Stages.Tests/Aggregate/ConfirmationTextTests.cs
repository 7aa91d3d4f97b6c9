using Composer.Architecture;
using Composer.Search.Confirmation;
using Composer.Stages.Aggregate;

namespace Composer.Stages.Tests.Aggregate;

public sealed class ConfirmationTextTests
{
    [Theory]
    [InlineData(ConfirmationVerdict.Best, 1, "as voted, the best in 3 fresh runs")]
    [InlineData(ConfirmationVerdict.WithinNoise, 1, "as voted, 0.0123 ± 0.0210 from the best in 3 fresh runs")]
    [InlineData(ConfirmationVerdict.Worse, 64, "not the 2M that was voted (64th of 64): 0.0123 ± 0.0210 worse in 3 fresh runs")]
    [InlineData(ConfirmationVerdict.Worse, 22, "not the 2M that was voted (22nd of 64): 0.0123 ± 0.0210 worse in 3 fresh runs")]
    [InlineData(ConfirmationVerdict.Worse, 13, "not the 2M that was voted (13th of 64): 0.0123 ± 0.0210 worse in 3 fresh runs")]
    [InlineData(ConfirmationVerdict.Failed, null, "not the 2M that was voted (not tried by the search): it failed in 3 fresh runs")]
    [InlineData(ConfirmationVerdict.Untold, 3, "not the 2M that was voted (3rd of 64): no order came through 3 fresh runs")]
    public void Verdict_is_said_in_words(ConfirmationVerdict verdict, int? rank, string expected) => Assert.Equal(
        expected,
        ConfirmationText.Of(
            new ConfirmationOutput(verdict, .021, .0123, [new ConfirmedOrderOutput(LayerSequence.Parse("MM"), rank, 1, [1, 2, 3], 2, [])]),
            [new ClusterOutput(1, [.. Enumerable.Repeat(LayerSequence.Parse("AM"), 60)]), new ClusterOutput(2, [.. Enumerable.Repeat(LayerSequence.Parse("MM"), 4)])]));
}
