namespace Composer.Language.Evaluation.Harness;

internal sealed class ArcEasyTask : ArcTask
{
    public override string Name => "arc_easy";

    protected override string Part => "ARC-Easy";
}
