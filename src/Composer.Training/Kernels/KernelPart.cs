namespace Composer.Training.Kernels;

/// <summary>The parts of a training step that a profile tells apart.</summary>
internal enum KernelPart
{
    /// <summary>x · W of the layers.</summary>
    ForwardProducts,

    /// <summary>dy · Wᵀ of the layers.</summary>
    InputGradients,

    /// <summary>xᵀ · dy of the layers.</summary>
    WeightGradients,

    /// <summary>Scores, softmax and values, forward and backward.</summary>
    Attention,

    /// <summary>Rotary positions.</summary>
    Rotation,

    /// <summary>SwiGLU and GELU.</summary>
    Activation,

    /// <summary>RMSNorm.</summary>
    Norm,

    /// <summary>The output projection's products and the loss.</summary>
    Head,

    /// <summary>Gradients of shards and of embedded tokens added up, and their norm.</summary>
    Sum,

    /// <summary>AdamW and the transposed copies.</summary>
    Update,
}
