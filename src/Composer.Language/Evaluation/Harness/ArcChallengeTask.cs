namespace Composer.Language.Evaluation.Harness;

internal sealed class ArcChallengeTask : ArcTask
{
    public override string Name => "arc_challenge";

    protected override string Part => "ARC-Challenge";
}
