namespace Composer.Training.Gpus;

/// <summary>What the driver says of a GPU.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Name">Such as <c>NVIDIA H100 80GB HBM3</c>.</param>
/// <param name="Major">Of its compute capability.</param>
/// <param name="Minor">Of its compute capability.</param>
/// <param name="Memory">Bytes.</param>
public sealed record Gpu(string Name, int Major, int Minor, long Memory);
