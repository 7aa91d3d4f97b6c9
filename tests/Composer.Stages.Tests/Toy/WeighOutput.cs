namespace Composer.Stages.Tests.Toy;

/// <summary>The output <c>weight.json</c>.</summary>
/// <param name="Bytes">Of all parameters.</param>
internal sealed record WeighOutput(long Bytes)
{
    public const string Name = "weight.json";
}
