namespace Composer.Training.Torch.Parameters;

/// <summary>How a group of parameters is updated.</summary>
/// <param name="RateFactor">The share of the learning rate that it takes.</param>
/// <param name="Decays">Whether weight decay pulls at it, with the whole rate.</param>
internal readonly record struct UpdateRule(double RateFactor, bool Decays);
